# Reboots this endpoint with shutdown.exe a moment after the script has ended if it needs a reboot, else does nothing.
# Facts: rebootNeeded and rebootScheduled (true or false), rebootReasons, rebootMethod.
# Exit codes: 0 no reboot is needed or it is scheduled, 1 it could not be scheduled, 2 a parameter is wrong.
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

# reboot need: this part is the same in check-reboot-needed.ps1 and reboot-if-needed.ps1
$reasons = New-Object System.Collections.ArrayList

function Get-RegistryValue([string] $Path, [string] $Name) {
    $key = Get-Item -LiteralPath $Path -ErrorAction SilentlyContinue
    if ($null -ne $key) { $key.GetValue($Name) }
}

function Find-Reason {
    $versions = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
    foreach ($flag in 'RebootPending', 'RebootInProgress') {
        if (Test-Path -LiteralPath "$versions\Component Based Servicing\$flag") {
            [void] $reasons.Add("component based servicing says so ($flag)")
        }
    }
    if (Test-Path -LiteralPath "$versions\WindowsUpdate\Auto Update\RebootRequired") {
        [void] $reasons.Add('Windows Update says so')
    }
    $volatile = Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Updates' 'UpdateExeVolatile'
    if ($null -ne $volatile -and $volatile -ne 0) { [void] $reasons.Add('an installer of updates says so') }
    if (Test-Path -LiteralPath 'HKLM:\SOFTWARE\Microsoft\ServerManager\CurrentRebootAttempts') {
        [void] $reasons.Add('a change of roles or features says so')
    }

    $names = 'HKLM:\SYSTEM\CurrentControlSet\Control\ComputerName'
    $active = Get-RegistryValue "$names\ActiveComputerName" 'ComputerName'
    $configured = Get-RegistryValue "$names\ComputerName" 'ComputerName'
    if ($active -ne $configured) { [void] $reasons.Add("the computer is to be renamed from $active to $configured") }
    foreach ($value in 'JoinDomain', 'AvoidSpnSet') {
        if ($null -ne (Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon' $value)) {
            [void] $reasons.Add("the computer is to join a domain ($value)")
        }
    }

    if ($env:PATCHBAY_FILE_RENAMES -ne 'false') {
        $manager = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
        $renames = @(Get-RegistryValue $manager 'PendingFileRenameOperations' | Where-Object { $_ })
        if ($renames.Count -gt 0) { [void] $reasons.Add("files wait to be replaced, $($renames[0]) among them") }
    }

    try {
        $client = @{ Namespace = 'root\ccm\ClientSDK'; ClassName = 'CCM_ClientUtilities' }
        $answer = Invoke-CimMethod @client -MethodName 'DetermineIfRebootPending'
        if ($answer.RebootPending -or $answer.IsHardRebootPending) {
            [void] $reasons.Add('Configuration Manager says so')
        }
    }
    catch {
        Write-Output 'There is no client of Configuration Manager to ask.'
    }
}
# end of: reboot need

# schedule reboot: this part is the same in simple-reboot.ps1 and reboot-if-needed.ps1
$delay = Read-Number 'PATCHBAY_DELAY_SECONDS' 10 0
# A quotation mark or a backslash at the end would break the command line.
$message = ([string] $env:PATCHBAY_MESSAGE).Replace('"', "'").TrimEnd('\')
if ($message.Length -gt 500) { $message = $message.Substring(0, 500) }

function Start-Reboot {
    # p:2:17 stands for: planned, operating system, hot fix.
    $arguments = @('/r', '/t', "$delay", '/d', 'p:2:17')
    if ($message -ne '') { $arguments += @('/c', $message) }
    & "$env:SystemRoot\System32\shutdown.exe" $arguments
    if ($LASTEXITCODE -eq 1190) { Stop-Script 1 'a shutdown or reboot is scheduled already' }
    if ($LASTEXITCODE -ne 0) { Stop-Script 1 "shutdown.exe ended with exit code $LASTEXITCODE" }
    Write-Output "The reboot is scheduled with shutdown /r, in $delay s."
    Publish-Fact 'rebootScheduled' 'true'
    Publish-Fact 'rebootMethod' 'shutdown /r'
}
# end of: schedule reboot

Find-Reason
Publish-Fact 'rebootReasons' ($reasons -join '; ')
if ($reasons.Count -eq 0) {
    Write-Output 'No reboot is needed.'
    Publish-Fact 'rebootNeeded' 'false'
    Publish-Fact 'rebootScheduled' 'false'
    exit 0
}
Write-Output "A reboot is needed: $($reasons -join '; ')."
Publish-Fact 'rebootNeeded' 'true'
Start-Reboot
exit 0
