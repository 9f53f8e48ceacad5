# Reboots this endpoint with shutdown.exe a moment after the script has ended, so that its result is reported before.
# Facts: rebootScheduled (true), rebootMethod.
# Exit codes: 0 the reboot is scheduled, 1 it could not be scheduled, 2 a parameter is wrong.
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

Start-Reboot
exit 0
