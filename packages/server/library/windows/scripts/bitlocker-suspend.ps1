# Suspends BitLocker on the system drive for the next boots, so that an unattended reboot needs no key; it resumes by
# itself. Without BitLocker, or where it is off, there is nothing to do.
# Facts: bitlockerSuspended (true or false).
# Exit codes: 0 suspended, or nothing to do; 1 it could not be suspended; 2 a parameter is wrong.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$boots = Read-Number 'PATCHBAY_BOOTS' 1 1
if ($boots -gt 15) { Stop-Script 2 'PATCHBAY_BOOTS must be a number from 1 to 15' }

if ($null -eq (Get-Command -Name 'Suspend-BitLocker' -ErrorAction SilentlyContinue)) {
    Write-Output 'BitLocker is not installed.'
    Publish-Fact 'bitlockerSuspended' 'false'
    exit 0
}
try {
    $volume = Get-BitLockerVolume -MountPoint $env:SystemDrive
    if ("$($volume.ProtectionStatus)" -ne 'On') {
        Write-Output "The protection of $env:SystemDrive is $($volume.ProtectionStatus)."
        Publish-Fact 'bitlockerSuspended' 'false'
        exit 0
    }
    [void] (Suspend-BitLocker -MountPoint $env:SystemDrive -RebootCount $boots)
}
catch {
    Stop-Script 1 "BitLocker could not be suspended: $($_.Exception.Message)"
}
Publish-Fact 'bitlockerSuspended' 'true'
Write-Output "BitLocker is suspended on $env:SystemDrive for $boots boots."
exit 0
